"""Measurements. Each program measures Liuhen and a baseline in the same run, since machines differ."""
