"""What notices of procurement mean, whatever their form: awards of lots become services, with buyers and suppliers.

Sources of notices read their own form into `award.Notice`; `meaning.facts` makes facts of it, with the same ids whoever
told it.
"""
