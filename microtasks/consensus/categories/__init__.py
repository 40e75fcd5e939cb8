"""One of several classes per task: from counting votes to models of who confuses what."""
