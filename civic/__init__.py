"""The project package and ground floor: what every app stands on."""
