"""The tables of the app, each at home in a module of its own; Django finds them here."""

from releases.channels import Channel as Channel
from releases.channels import ChannelQuerySet as ChannelQuerySet
from releases.conferences import Answer as Answer
from releases.conferences import Question as Question
from releases.conferences import Speaker as Speaker
from releases.conferences import new_mark as new_mark
from releases.enclosures import Attachment as Attachment
from releases.enclosures import RelatedReading as RelatedReading
from releases.enclosures import ReleasePicture as ReleasePicture
from releases.honors import HonorAward as HonorAward
from releases.honors import HonorEdition as HonorEdition
from releases.honors import HonorTitle as HonorTitle
from releases.media import MediaAccount as MediaAccount
from releases.media import MediaMetric as MediaMetric
from releases.media import MediaPost as MediaPost
from releases.proofreading.models import HitDecision as HitDecision
from releases.proofreading.models import ReviewProof as ReviewProof
from releases.proofreading.models import TermRule as TermRule
from releases.reach import Adoption as Adoption
from releases.reach import MediaTopic as MediaTopic
from releases.reach import TopicMetric as TopicMetric
from releases.releases import Release as Release
from releases.releases import ReleaseQuerySet as ReleaseQuerySet
from releases.timeline import TimelineEvent as TimelineEvent
from releases.topics import Topic as Topic
