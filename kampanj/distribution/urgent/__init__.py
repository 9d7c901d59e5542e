"""The emergency way: sent at once with a written reason, looked at afterwards by somebody else."""
