"""What strangers are told of this peer: its things, actors, activities, collections."""
