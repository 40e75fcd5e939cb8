"""What the demonstration shows: pictures drawn here, messages written here, and recipes. All of it is made up."""
