"""Who may enter the desk: sign-in, second factors, sign-in services (OpenID Connect, SAML), lockout, sessions, accounts.

django-allauth does the protocols, django-axes counts failures; what stands here is how this house uses them.
"""
