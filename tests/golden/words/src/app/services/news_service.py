"""What can be done with news, and by whom."""

from sqlalchemy.ext.asyncio import AsyncSession

from app.models.news import News
from app.repositories.news_repository import LIST_NEWS, WITH_PERSON, NewsRepository
from app.schemas.news import ListNewsQuery, NewsCreate, NewsUpdate


class NewsService:
    """Business rules of news."""

    def __init__(self, session: AsyncSession) -> None:
        """Work in one request's session."""
        self.session = session
        self.news = NewsRepository(session)

    async def list_news(self, query: ListNewsQuery) -> tuple[list[News], int]:
        """List news."""
        return await self.news.page(LIST_NEWS, query, load=WITH_PERSON)

    async def create_news(self, data: NewsCreate) -> News:
        """Create a news."""
        news = News(**data.model_dump())
        await self.news.add(news, title="title", person_id="person_id")
        return await self.news.one(News.id == news.id, load=WITH_PERSON)

    async def read_news(self, news_id: int) -> News:
        """Read a news."""
        return await self.news.one(News.id == news_id, load=WITH_PERSON)

    async def replace_news(self, news_id: int, data: NewsCreate) -> News:
        """Replace a news."""
        news = await self.news.one(News.id == news_id, lock=True)
        changes = data.model_dump()
        await self.news.change(news, changes, title="title", person_id="person_id")
        return await self.news.one(News.id == news.id, load=WITH_PERSON)

    async def update_news(self, news_id: int, data: NewsUpdate) -> News:
        """Change a news."""
        news = await self.news.one(News.id == news_id, lock=True)
        changes = data.model_dump(exclude_unset=True)
        await self.news.change(news, changes, title="title", person_id="person_id")
        return await self.news.one(News.id == news.id, load=WITH_PERSON)

    async def delete_news(self, news_id: int) -> None:
        """Delete a news."""
        news = await self.news.one(News.id == news_id, lock=True)
        await self.news.remove(news)
