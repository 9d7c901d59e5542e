"""Whether the installation works, asked over HTTP (`/halsa/live`, `/halsa/redo`) and by `manage.py doctor`."""
