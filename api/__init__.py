"""The doors of Liuhen: HTTP and the command line. Thin: they ask who it is, call one verb and answer."""
