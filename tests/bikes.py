"""What fills the slots of tests/cases/bikes.spec: written by hand, as a user or a model would."""

from __future__ import annotations

from agent.writing.written import AcceptanceTest, Written

HIRE = Written(
    "hire_bike",
    tests=(
        AcceptanceTest(
            "takes_ten_percent_off_a_whole_day",
            """
actor = await factory.user()
bike = await factory.bike(per_hour=Decimal("2.50"))
body = {"hire": {"hours": 24}}
response = await client.post(f"/api/v1/bikes/{bike.id}/hire", json=body, headers=headers(actor))
assert response.status_code == 201, response.text
assert response.json()["price"] == "54.00"
assert response.json()["bike"]["label"] == bike.label
row = await session.scalar(select(Rental).where(Rental.rider_id == actor.id))
assert row is not None
assert row.state == RentalState.RUNNING
""",
        ),
        AcceptanceTest(
            "refuses_a_fourth_running_rental",
            """
actor = await factory.user()
for _ in range(3):
    await factory.rental(rider=actor, state=RentalState.RUNNING)
await factory.rental(rider=actor, state=RentalState.RETURNED)
bike = await factory.bike()
body = {"hire": {"hours": 1}}
response = await client.post(f"/api/v1/bikes/{bike.id}/hire", json=body, headers=headers(actor))
assert response.status_code == 409, response.text
assert response.json()["error"] == "conflict"
left = select(func.count()).select_from(Rental).where(Rental.rider_id == actor.id)
assert await session.scalar(left) == 4
""",
        ),
        AcceptanceTest(
            "refuses_a_bike_that_is_out",
            """
actor = await factory.user()
rental = await factory.rental(state=RentalState.RUNNING)
body = {"hire": {"hours": 1}}
path = f"/api/v1/bikes/{rental.bike_id}/hire"
response = await client.post(path, json=body, headers=headers(actor))
assert response.status_code == 409, response.text
""",
        ),
        AcceptanceTest(
            "refuses_hours_out_of_bounds",
            """
actor = await factory.user()
bike = await factory.bike()
for hours in (0, 73):
    body = {"hire": {"hours": hours}}
    response = await client.post(f"/api/v1/bikes/{bike.id}/hire", json=body, headers=headers(actor))
    assert response.status_code == 422, response.text
assert await session.scalar(select(func.count()).select_from(Rental)) == 0
""",
        ),
    ),
    body="""
if not 1 <= data.hours <= 72:
    raise InvalidError([{"field": "hire.hours", "message": "From one to 72 hours."}])
running = Rental.state == RentalState.RUNNING
if await session.scalar(select(exists().where(running, Rental.bike_id == bike.id))):
    raise ConflictError("The bike is out.")
price = bike.per_hour * data.hours
if data.hours >= 24:
    price *= Decimal("0.9")  # the whole day's discount
rental = Rental(
    hours=data.hours, price=price.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP),
    state=RentalState.RUNNING, rider_id=actor.id, bike_id=bike.id)
session.add(rental)
await session.flush()
mine = select(func.count()).select_from(Rental).where(running, Rental.rider_id == actor.id)
if (await session.scalar(mine) or 0) > 3:
    raise ConflictError("Three rentals are running already.")
return rental
""",
)

QUOTE = Written(
    "quote_bike",
    tests=(
        AcceptanceTest(
            "halves_the_price_with_the_coupon",
            """
bike = await factory.bike(per_hour=Decimal("3.00"))
path = f"/api/v1/bikes/{bike.id}/quote"
plain = await client.get(path, params={"hours": 2})
assert plain.status_code == 200, plain.text
assert plain.json() == {"label": bike.label, "hours": 2, "price": "6.00"}
half = await client.get(path, params={"hours": 30}, headers={"X-Coupon": "HALF"})
assert half.json()["price"] == "40.50"
""",
        ),
        AcceptanceTest(
            "refuses_no_hours",
            """
bike = await factory.bike()
response = await client.get(f"/api/v1/bikes/{bike.id}/quote?hours=0")
assert response.status_code == 422, response.text
""",
        ),
    ),
    body="""
if hours < 1:
    raise InvalidError([{"field": "hours", "message": "At least one hour."}])
price = bike.per_hour * hours
if hours >= 24:
    price *= Decimal("0.9")
if x_coupon == "HALF":
    price /= 2
return Quote(label=bike.label, hours=hours, price=round(min(price, Decimal(99_999_999)), 2))
""",
)

END = Written(
    "end_rental",
    tests=(
        AcceptanceTest(
            "ends_a_rental_once",
            """
actor = await factory.user()
rental = await factory.rental(rider=actor, state=RentalState.RUNNING)
path = f"/api/v1/rentals/{rental.id}/end"
response = await client.post(path, headers=headers(actor))
assert response.status_code == 204, response.text
row = await session.get(Rental, rental.id)
assert row is not None
assert row.state == RentalState.RETURNED
response = await client.post(path, headers=headers(actor))
assert response.status_code == 409, response.text
""",
        ),
    ),
    body="""
if rental.state == RentalState.RETURNED:
    raise ConflictError("The rental has ended already.")
rental.state = RentalState.RETURNED
""",
)

RUNNING = Written(
    "list_running",
    tests=(
        AcceptanceTest(
            "shows_the_longest_first",
            """
actor = await factory.user(roles=["admin"])
bike = await factory.bike()
for hours in (2, 9, 5):
    await factory.rental(bike=bike, hours=hours, state=RentalState.RUNNING)
await factory.rental(bike=bike, state=RentalState.RETURNED)
await factory.rental(state=RentalState.RUNNING)
path = f"/api/v1/bikes/{bike.id}/rentals/running"
response = await client.get(path, headers=headers(actor))
assert response.status_code == 200, response.text
assert [each["hours"] for each in response.json()["rentals"]] == [9, 5, 2]
assert response.json()["rentals"][0]["bike"]["label"] == bike.label
response = await client.get(f"{path}?least=5", headers=headers(actor))
assert [each["hours"] for each in response.json()["rentals"]] == [9, 5]
""",
        ),
    ),
    body="""
statement = select(Rental).where(Rental.bike_id == bike.id, Rental.state == RentalState.RUNNING)
if least is not None:
    statement = statement.where(Rental.hours >= least)
return list(await session.scalars(statement.order_by(Rental.hours.desc(), Rental.id)))
""",
)

TOTALS = Written(
    "total_hours",
    tests=(
        AcceptanceTest(
            "adds_up_each_bike",
            """
actor = await factory.user()
bike = await factory.bike(label="b")
other = await factory.bike(label="a")
await factory.rental(rider=actor, bike=bike, hours=2, price=Decimal("4.50"))
await factory.rental(rider=actor, bike=bike, hours=3, price=Decimal("5.25"))
await factory.rental(rider=actor, bike=other, hours=1, price=Decimal("1.00"))
await factory.rental(bike=other, hours=7)
response = await client.get("/api/v1/hours", headers=headers(actor))
assert response.status_code == 200, response.text
assert response.json() == [
    {"label": "a", "hours": 1, "price": "1.00"}, {"label": "b", "hours": 5, "price": "9.75"}]
""",
        ),
    ),
    body="""
statement = (
    select(Bike.label, func.sum(Rental.hours), func.sum(Rental.price))
    .join(Rental, Rental.bike_id == Bike.id)
    .where(Rental.rider_id == actor.id)
    .group_by(Bike.label)
    .order_by(Bike.label)
)
rows = (await session.execute(statement)).all()
return [Quote(label=label, hours=hours, price=price) for label, hours, price in rows]
""",
)

ALL = {each.operation: each for each in (HIRE, QUOTE, END, RUNNING, TOTALS)}
