"""What earlier builds stored, kept for good: frozen cases and whole databases with which later builds go on."""
