"""What several tests share: objects as they usually come, and a space under test."""
