"""What is sent: JSON text and how strict it is read, frames, their envelope, compression, and their secrets."""
