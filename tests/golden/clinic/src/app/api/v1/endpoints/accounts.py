"""Endpoints for accounts."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query

from app.api.deps import CurrentUser, SessionDep, require_roles
from app.api.errors import errors
from app.models.account import Account
from app.schemas.account import (
    AccountActive,
    AccountCreate,
    AccountListResponse,
    AccountReplace,
    AccountResponse,
    AccountRoles,
    AccountUpdate,
    ListAccountsQuery,
)
from app.schemas.base import page_of
from app.services.account_service import AccountService

router = APIRouter(tags=["accounts"])


def get_account_service(session: SessionDep) -> AccountService:
    """Give an endpoint its service."""
    return AccountService(session)


AccountServiceDep = Annotated[AccountService, Depends(get_account_service)]


@router.get(
    "/accounts",
    response_model=AccountListResponse,
    responses=errors(401, 403, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def list_accounts(
    query: Annotated[ListAccountsQuery, Query()],
    service: AccountServiceDep,
) -> Any:
    """List accounts."""
    rows, total = await service.list_accounts(query)
    return page_of(rows, total, query)


@router.post(
    "/accounts",
    response_model=AccountResponse,
    status_code=201,
    responses=errors(400, 401, 403, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def create_account(data: AccountCreate, service: AccountServiceDep) -> Account:
    """Create an account."""
    return await service.create_account(data)


@router.get(
    "/accounts/{account_id}",
    response_model=AccountResponse,
    responses=errors(401, 403, 404, 422),
)
async def read_account(account_id: UUID, service: AccountServiceDep, actor: CurrentUser) -> Account:
    """Read an account."""
    return await service.read_account(account_id, actor)


@router.put(
    "/accounts/{account_id}",
    response_model=AccountResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def replace_account(
    account_id: UUID,
    data: AccountReplace,
    service: AccountServiceDep,
    actor: CurrentUser,
) -> Account:
    """Replace an account."""
    return await service.replace_account(account_id, data, actor)


@router.patch(
    "/accounts/{account_id}",
    response_model=AccountResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
)
async def update_account(
    account_id: UUID,
    data: AccountUpdate,
    service: AccountServiceDep,
    actor: CurrentUser,
) -> Account:
    """Change an account."""
    return await service.update_account(account_id, data, actor)


@router.delete(
    "/accounts/{account_id}",
    status_code=204,
    responses=errors(401, 403, 404, 409, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def delete_account(account_id: UUID, service: AccountServiceDep) -> None:
    """Delete an account."""
    await service.delete_account(account_id)


@router.put(
    "/accounts/{account_id}/active",
    response_model=AccountResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def set_account_active(
    account_id: UUID,
    data: AccountActive,
    service: AccountServiceDep,
) -> Account:
    """Close or reopen the account of a account."""
    return await service.set_account_active(account_id, data)


@router.put(
    "/accounts/{account_id}/roles",
    response_model=AccountResponse,
    responses=errors(400, 401, 403, 404, 409, 413, 422),
    dependencies=[Depends(require_roles("admin"))],
)
async def set_account_roles(
    account_id: UUID,
    data: AccountRoles,
    service: AccountServiceDep,
) -> Account:
    """Replace the roles of a account."""
    return await service.set_account_roles(account_id, data)
