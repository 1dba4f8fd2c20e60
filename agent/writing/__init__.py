"""What is written by hand, or by a model, into the places that templates leave?

A custom operation has its rule in words. Templates make everything around it: the endpoint with its
typed parameters, its bodies and its refusals, the look-up and the check of the row that its path
names, the commit. What they leave open is a *slot*, the body of one function, and the tests of the
rule.

* ``written``: what fills a slot. ``agent.emitter.project.render`` takes it by operation.
* ``slots``: what a writer has to be told of each slot, as text.
* ``guard``: what written code may say.
* ``reading``: what stands in a slot now, with its lines.
"""
