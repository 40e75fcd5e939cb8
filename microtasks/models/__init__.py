"""The tables. Everything else imports them from here."""

from microtasks.models.answers import Answer, Clock, Resolution, Standing
from microtasks.models.base import Base, UTCDateTime, public_id
from microtasks.models.campaigns import Campaign, CampaignState, Stage
from microtasks.models.cards import (
    FRESH_POSITIONS,
    Card,
    CardState,
    Exposure,
    Lease,
    Report,
    Skip,
    Walk,
)
from microtasks.models.crowds import CrowdState, UploadedCrowd
from microtasks.models.people import (
    Account,
    Identity,
    Invitation,
    Membership,
    Organisation,
    PasswordReset,
    Role,
    SignIn,
)
from microtasks.models.sources import Refused, Source, SourceKind, Upload, UploadState
from microtasks.models.work import AuditLine, DataSet, Job, JobState

__all__ = [
    "FRESH_POSITIONS",
    "Account",
    "Answer",
    "AuditLine",
    "Base",
    "Campaign",
    "CampaignState",
    "Card",
    "CardState",
    "Clock",
    "CrowdState",
    "DataSet",
    "Exposure",
    "Identity",
    "Invitation",
    "Job",
    "JobState",
    "Lease",
    "Membership",
    "Organisation",
    "PasswordReset",
    "Refused",
    "Report",
    "Resolution",
    "Role",
    "SignIn",
    "Skip",
    "Source",
    "SourceKind",
    "Stage",
    "Standing",
    "UTCDateTime",
    "Upload",
    "UploadState",
    "UploadedCrowd",
    "Walk",
    "public_id",
]
