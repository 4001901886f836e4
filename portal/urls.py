"""Addresses of the portal."""

from django.urls import path

from portal import feeds, sitemaps
from portal.search import search

app_name = "portal"
urlpatterns = [
    path("search/", search, name="search"),
    path("feed/", feeds.rss, name="feed"),
    path("feed/atom/", feeds.atom, name="feed_atom"),
    path("releases/channels/<slug:slug>/feed/", feeds.channel, name="channel_feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap_xml"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
