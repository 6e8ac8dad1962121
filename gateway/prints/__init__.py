"""What the gateway sets on paper or as a picture, in its reader's language, from what a service answered that reader."""
