"""What `make bench` runs: each module measures one thing and yields results, with a peer's figure where there is one."""
