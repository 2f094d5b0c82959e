"""The desk's settings as people and programs edit them: kinds, what is judged before publishing, words, and use."""
