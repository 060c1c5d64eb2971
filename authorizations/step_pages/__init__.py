"""The form and the page of a step, the same in the portal and in the admin."""
