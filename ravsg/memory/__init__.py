"""What each server remembers: passages of stories and captions of pictures, found by vectors and by words."""
