"""Volunteer organizations, activities and service records."""
