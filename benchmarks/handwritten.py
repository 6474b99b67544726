"""The twelve most frequent server messages as msgspec Structs, as a person would write them by hand.

They check types, required fields and the one closed enum of these messages, and nothing more: no
exactly-one-of, no lengths, no integer widths, no secrets. They are the bar for decoding speed.
"""

from typing import Literal

import msgspec


class Attachment(msgspec.Struct):
    file_id: str
    name: str
    size: int
    mime: str
    url: str
    uploader_id: int | None = None
    created_at: int | None = None
    width: int | None = None
    height: int | None = None


class EmbedField(msgspec.Struct):
    name: str
    value: str
    inline: bool = False


class Embed(msgspec.Struct):
    title: str | None = None
    description: str | None = None
    url: str | None = None
    site_name: str | None = None
    image: str | None = None
    video: str | None = None
    audio: str | None = None
    type: str | None = None
    locale: str | None = None
    thumbnail: str | None = None
    image_width: int | None = None
    image_height: int | None = None
    video_width: int | None = None
    video_height: int | None = None
    color: int | None = None
    fields: list[EmbedField] | None = None


class CustomStatus(msgspec.Struct):
    text: str | None = None
    emoji: str | None = None
    expiry: int | None = None


class VoiceMember(msgspec.Struct):
    user_id: int
    mute: bool
    deaf: bool
    video: bool
    streaming: bool
    server_mute: bool = False
    server_deaf: bool = False
    joined_at: int | None = None


class MessageCreate(msgspec.Struct):
    msg_id: int
    author_id: int | None
    body: str | None
    timestamp: int
    feed_id: int | None = None
    dm_id: int | None = None
    opaque_blob: str | None = None
    reply_to: int | None = None
    mentions: list[int] | None = None
    webhook_id: int | None = None
    embed: Embed | None = None
    attachments: list[Attachment] | None = None


class MessageUpdate(msgspec.Struct):
    msg_id: int
    feed_id: int | None = None
    dm_id: int | None = None
    body: str | None = None
    edit_timestamp: int | None = None


class MessageReaction(msgspec.Struct):
    msg_id: int
    user_id: int
    emoji: str


class MessageBulkDelete(msgspec.Struct):
    feed_id: int
    msg_ids: list[int]


class PresenceUpdate(msgspec.Struct):
    user_id: int
    status: str
    custom_status: str | CustomStatus | None = None
    activity: dict[str, object] | None = None


class TypingStart(msgspec.Struct):
    user_id: int
    feed_id: int | None = None
    dm_id: int | None = None


class VoiceStateUpdate(msgspec.Struct):
    room_id: int
    members: list[VoiceMember]


class NotificationCreate(msgspec.Struct):
    user_id: int
    type: str
    feed_id: int | None = None
    thread_id: int | None = None
    msg_id: int | None = None
    actor_id: int | None = None
    body_preview: str | None = None


class RoleUpdate(msgspec.Struct):
    role_id: int
    name: str | None = None
    color: int | None = None
    permissions: int | None = None
    position: int | None = None


class FeedUpdate(msgspec.Struct):
    feed_id: int
    name: str | None = None
    topic: str | None = None
    category_id: int | None = None
    position: int | None = None


class PermissionOverrideUpdate(msgspec.Struct):
    space_type: Literal["feed", "room"]
    space_id: int
    target_type: Literal["role", "user"]
    target_id: int
    allow: int
    deny: int


class MessageCreateFrame(msgspec.Struct, tag_field="type", tag="message_create"):
    d: MessageCreate
    seq: int


class MessageUpdateFrame(msgspec.Struct, tag_field="type", tag="message_update"):
    d: MessageUpdate
    seq: int


class MessageReactionAddFrame(msgspec.Struct, tag_field="type", tag="message_reaction_add"):
    d: MessageReaction
    seq: int


class MessageReactionRemoveFrame(msgspec.Struct, tag_field="type", tag="message_reaction_remove"):
    d: MessageReaction
    seq: int


class MessageBulkDeleteFrame(msgspec.Struct, tag_field="type", tag="message_bulk_delete"):
    d: MessageBulkDelete
    seq: int


class PresenceUpdateFrame(msgspec.Struct, tag_field="type", tag="presence_update"):
    d: PresenceUpdate
    seq: int


class TypingStartFrame(msgspec.Struct, tag_field="type", tag="typing_start"):
    d: TypingStart
    seq: int


class VoiceStateUpdateFrame(msgspec.Struct, tag_field="type", tag="voice_state_update"):
    d: VoiceStateUpdate
    seq: int


class NotificationCreateFrame(msgspec.Struct, tag_field="type", tag="notification_create"):
    d: NotificationCreate
    seq: int


class RoleUpdateFrame(msgspec.Struct, tag_field="type", tag="role_update"):
    d: RoleUpdate
    seq: int


class FeedUpdateFrame(msgspec.Struct, tag_field="type", tag="feed_update"):
    d: FeedUpdate
    seq: int


class PermissionOverrideUpdateFrame(
    msgspec.Struct, tag_field="type", tag="permission_override_update"
):
    d: PermissionOverrideUpdate
    seq: int


Frame = (
    MessageCreateFrame
    | MessageUpdateFrame
    | MessageReactionAddFrame
    | MessageReactionRemoveFrame
    | MessageBulkDeleteFrame
    | PresenceUpdateFrame
    | TypingStartFrame
    | VoiceStateUpdateFrame
    | NotificationCreateFrame
    | RoleUpdateFrame
    | FeedUpdateFrame
    | PermissionOverrideUpdateFrame
)

TYPES = frozenset(
    {
        "feed_update",
        "message_bulk_delete",
        "message_create",
        "message_reaction_add",
        "message_reaction_remove",
        "message_update",
        "notification_create",
        "permission_override_update",
        "presence_update",
        "role_update",
        "typing_start",
        "voice_state_update",
    }
)
"""The message types that `Frame` covers."""
