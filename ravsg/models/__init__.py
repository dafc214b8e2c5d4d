"""The models: which ones are used (`profiles`, `probe`), and the adapters that run them on one worker thread.

`profiles` and `probe` import no torch and may be used at the start; everything else imports it late, on the thread
that runs the device, because building a model changes torch for the whole process.
"""
