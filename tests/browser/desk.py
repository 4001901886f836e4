"""What several journeys do at the desk: press the button of a step, fill in, confirm."""

from __future__ import annotations

from playwright.sync_api import Page

from releases.models import Release


def take(page: Page, release: Release, step: str, **typed: str) -> None:
    """Press the button of the step on the form, fill in what it asks for, confirm."""
    page.goto(release.get_admin_url())
    page.locator(f'.steps a[href*="/step/{step}/"]').click()
    for name, value in typed.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator(".step-page form button[type=submit]").click()
    page.wait_for_load_state()
    release.refresh_from_db()
