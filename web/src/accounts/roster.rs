//! Who may sign in, for those who tell people something.

use std::sync::Arc;

use async_trait::async_trait;
use engine::identity::Accounts;
use engine::store::Error;
use engine::telling::{Occasion, People, Person};

/// The accounts that are not closed, with their roles.
#[derive(Debug)]
pub struct Roster(pub Arc<dyn Accounts>);

#[async_trait]
impl People for Roster {
    async fn people(&self, _: &Occasion) -> Result<Vec<Person>, Error> {
        let users = self.0.users().await?.into_iter().filter(|user| !user.disabled);
        let person =
            users.map(|user| Person { name: user.name, roles: user.roles.into_iter().collect(), lang: user.lang });
        Ok(person.collect())
    }
}
