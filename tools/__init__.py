"""Programs for those who build Liuhen; none of them is needed to run it."""
