"""A Django project as `startproject` makes one, with one page: what any page is measured against.

It stands for itself and imports nothing of the portal.
"""
