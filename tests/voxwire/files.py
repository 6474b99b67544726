"""Files in memory."""

import io


class MemoryFile(io.BytesIO):
    """Keeps its content when it is closed."""

    def close(self) -> None:
        pass
