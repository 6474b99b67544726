"""Network packets: files of them, the layers around TCP, and what TCP made of them."""
