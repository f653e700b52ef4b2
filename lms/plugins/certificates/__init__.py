"""Certificates: asked for by the learner, checked by anyone, telling nothing the holder did not choose to tell."""
