"""What the internet shows of suppliers, shared by the sources that read it: hosts, SPF, reference tables, services."""
