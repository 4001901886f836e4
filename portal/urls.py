"""Addresses of the portal."""

from django.urls import path

from portal import feeds, figures, pages, sitemaps
from portal.display import display
from portal.home import home
from portal.qr import qr
from portal.search import search

app_name = "portal"
urlpatterns = [
    path("", home, name="home"),
    path("search/", search, name="search"),
    path("sitemap/", pages.sitemap_page, name="sitemap_page"),
    path("figures/", figures.figure_list, name="figures"),
    path("figures/<slug:name>/", figures.figure, name="figure"),
    path("figures/<slug:name>/plot.svg", figures.plot, name="figure_plot"),
    path("about/", pages.about, name="about"),
    path("display/", display, name="display"),
    path("qr.svg", qr, name="qr"),
    path("feed/", feeds.rss, name="feed"),
    path("feed/atom/", feeds.atom, name="feed_atom"),
    path("releases/channels/<slug:slug>/feed/", feeds.channel, name="channel_feed"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap_xml"),
    path("sitemap-<int:number>.xml", sitemaps.part, name="sitemap_part"),
    path("robots.txt", sitemaps.robots, name="robots"),
]
