"""Whose plugin a name is."""

from importlib import metadata

from lms.host import plugin


def test_plg_1_another_package_cannot_take_a_bundled_name(monkeypatch):
    """PLG-1: an installed package that calls its plugin `accounts` is not loaded in place of ours, hash or none."""
    real = metadata.entry_points
    stranger = metadata.EntryPoint("accounts", "stranger.plugin:plugin", plugin.GROUP)
    other = metadata.EntryPoint("other", "stranger.plugin:plugin", plugin.GROUP)
    monkeypatch.setattr(metadata, "entry_points", lambda **group: [*real(**group), stranger, other])
    assert [found.package for found in plugin.discover(["accounts"])] == ["lms.core.accounts"]
    assert plugin.installed()["accounts"] == "lms.core.accounts.plugin"
    assert plugin.installed()["other"] == "stranger.plugin"  # the list does see what is installed
