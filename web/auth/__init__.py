"""Who is there: sign-in with server-side sessions for people, bearer tokens for programs."""
