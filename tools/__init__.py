"""What `./portal` needs beside the portal itself; standard library only, no Django."""
