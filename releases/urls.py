"""Addresses of releases, conferences and topics."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from releases.views import attachments, conferences, honors, releases, topics


class NameConverter(StringConverter):
    """The name of a person or an outlet, whatever signs it is written with."""

    regex = r"[\s\S]+"


register_converter(NameConverter, "name")

app_name = "releases"
urlpatterns = [
    path("releases/", releases.release_list, name="list"),
    path("releases/channels/<slug:slug>/", releases.channel, name="channel"),
    path(
        "releases/<int:year>/<int:month>/<int:day>/<slug:slug>/",
        releases.release_detail,
        name="detail",
    ),
    path("releases/attachments/<uuid:key>/", attachments.attachment, name="attachment"),
    path("conferences/", conferences.conference_list, name="conferences"),
    path("conferences/speakers/", conferences.speaker_list, name="speakers"),
    path("conferences/speakers/<name:name>/", conferences.speaker, name="speaker"),
    path("conferences/outlets/", conferences.outlet_list, name="outlets"),
    path("conferences/outlets/<name:name>/", conferences.outlet, name="outlet"),
    path("timeline/", honors.timeline, name="timeline"),
    path("honors/", honors.honors, name="honors"),
    path("topics/", topics.topic_list, name="topics"),
    path("topics/<slug:slug>/", topics.topic, name="topic"),
]
