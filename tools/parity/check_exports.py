"""Placeholder"""


def check(driver, folder):
    pass
