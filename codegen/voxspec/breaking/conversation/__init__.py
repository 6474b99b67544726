"""Two ways in which a conversation may go, compared: what one side may say and the other refuses."""

from voxspec.breaking.conversation.compare import (
    compare_conversations,
)

__all__ = ["compare_conversations"]
