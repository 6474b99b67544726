"""Real connections, on the ``websockets`` library: the extra ``live``. The rest never imports this."""
