//! How the API was used, per hour.

use chrono::{DateTime, NaiveDate, Utc};

use super::Store;
use crate::telemetry::usage::Key;

/// Requests to be added.
#[derive(Debug, Clone, Copy)]
pub struct UsageRow<'a> {
    /// What they are counted under.
    pub key: &'a Key,
    /// Number of the organization that owns the resource; empty where that is not known.
    pub owner_org: &'a str,
    /// How many.
    pub requests: u64,
}

/// The requests of one day that are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DailyUsage {
    /// What was done.
    pub operation: String,
    /// Whether a service owner did it for a person.
    pub for_person: bool,
    /// Number of the organization that called.
    pub caller_org: String,
    /// Number of the organization that owns the resource.
    pub owner_org: String,
    /// The resource.
    pub resource: String,
    /// Whether the caller was an administrator.
    pub is_admin: bool,
    /// Whether they failed.
    pub has_failed: bool,
    /// How many.
    pub requests: i64,
}

impl Store {
    /// Adds to what is there. Rows are touched in the order of their key, so that servers do not wait for each other
    /// in a circle.
    pub async fn add_usage(&self, rows: &[UsageRow<'_>]) -> sqlx::Result<()> {
        let texts = |of: for<'a> fn(&'a UsageRow<'a>) -> &'a str| -> Vec<String> {
            rows.iter().map(|row| of(row).to_owned()).collect()
        };
        let hours: Vec<DateTime<Utc>> = rows
            .iter()
            .map(|row| DateTime::from_timestamp(row.key.hour, 0).unwrap_or_default())
            .collect();
        let admins: Vec<bool> = rows.iter().map(|row| row.key.is_admin).collect();
        let requests: Vec<i64> = rows
            .iter()
            .map(|row| i64::try_from(row.requests).unwrap_or(i64::MAX))
            .collect();
        sqlx::query!(
            "
            INSERT INTO api_usage AS kept
                   (hour, operation, tag, caller_org, owner_org, resource, is_admin, status, requests)
            SELECT hour, operation, tag, caller_org, owner_org, resource, is_admin, status, requests
              FROM unnest($1::timestamptz[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bool[],
                          $8::text[], $9::bigint[])
                   AS added (hour, operation, tag, caller_org, owner_org, resource, is_admin, status, requests)
             ORDER BY 1, 2, 3, 4, 5, 6, 7, 8
                ON CONFLICT ON CONSTRAINT api_usage_pk DO UPDATE SET requests = kept.requests + EXCLUDED.requests
            ",
            &hours,
            &texts(|row| row.key.operation),
            &texts(|row| &row.key.tag),
            &texts(|row| &row.key.caller_org),
            &texts(|row| row.owner_org),
            &texts(|row| &row.key.resource),
            &admins,
            &texts(|row| row.key.status),
            &requests,
        )
        .execute(self.background())
        .await
        .map(drop)
    }

    /// The use on one day of the calendar in Oslo, which has 23 or 25 hours twice a year; of yesterday, as seen at
    /// `now`, where no day is given. With the day.
    pub async fn usage_of_day(
        &self,
        day: Option<NaiveDate>,
        now: DateTime<Utc>,
    ) -> sqlx::Result<(NaiveDate, Vec<DailyUsage>)> {
        let day =
            match day {
                Some(day) => day,
                None => sqlx::query_scalar!(
                    r#"SELECT ($1::timestamptz AT TIME ZONE 'Europe/Oslo')::date - 1 AS "day!""#,
                    now,
                )
                .fetch_one(self.background())
                .await?,
            };
        let rows = sqlx::query_as!(
            DailyUsage,
            r#"
            SELECT operation, tag LIKE '%\_EndUserId' AS "for_person!", caller_org, owner_org, resource, is_admin,
                   status <> 'success' AS "has_failed!", sum(requests)::bigint AS "requests!"
              FROM api_usage
             WHERE hour >= $1::date::timestamp AT TIME ZONE 'Europe/Oslo'
               AND hour < ($1::date + 1)::timestamp AT TIME ZONE 'Europe/Oslo'
             GROUP BY 1, 2, 3, 4, 5, 6, 7
             ORDER BY owner_org, resource, operation, 2, caller_org, is_admin, 7
            "#,
            day,
        )
        .fetch_all(self.background())
        .await?;
        Ok((day, rows))
    }

    /// Forgets the use before a day of the calendar in Oslo, and says how many rows that were.
    pub async fn forget_usage_before(&self, day: NaiveDate) -> sqlx::Result<u64> {
        sqlx::query!(
            "DELETE FROM api_usage WHERE hour < $1::date::timestamp AT TIME ZONE 'Europe/Oslo'",
            day,
        )
        .execute(self.background())
        .await
        .map(|done| done.rows_affected())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, store::testing};

    /// One request in each hour of the day before, of the day and of the one after, as Greenwich has them.
    fn keys(first: DateTime<Utc>) -> Vec<Key> {
        let key = |hour: i64| Key {
            hour: first.timestamp() + hour * 3_600,
            operation: "serviceowner.dialog.search",
            tag: "GET_x_EndUserId".into(),
            caller_org: "991825827".into(),
            resource: String::new(),
            is_admin: true,
            status: "failure",
        };
        (0..72).map(key).collect()
    }

    #[tokio::test]
    async fn days_are_those_of_oslo_with_23_24_and_25_hours() {
        let options = testing::database().await.unwrap();
        let store = Store::open(&Config::default(), &options).unwrap();
        for (day, hours) in [("2026-03-29", 23), ("2026-06-15", 24), ("2026-10-25", 25)] {
            let day: NaiveDate = day.parse().unwrap();
            let midnight = day.and_time(chrono::NaiveTime::MIN).and_utc();
            let keys = keys(midnight - chrono::Duration::days(1));
            let rows: Vec<_> = keys
                .iter()
                .map(|key| UsageRow {
                    key,
                    owner_org: "974760673",
                    requests: 1,
                })
                .collect();
            store.add_usage(&rows).await.unwrap();
            store.add_usage(&rows[..1]).await.unwrap();
            let (_, told) = store.usage_of_day(Some(day), midnight).await.unwrap();
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!(told[0].requests, hours, "{day}");
            assert!(told[0].for_person && told[0].has_failed && told[0].is_admin);

            // Yesterday begins and ends with the day in Oslo, not with that in Greenwich.
            let tomorrow = midnight + chrono::Duration::hours(23);
            let (told_day, _) = store.usage_of_day(None, tomorrow).await.unwrap();
            assert_eq!(told_day, day);
        }
        let june: NaiveDate = "2026-06-01".parse().unwrap();
        assert_eq!(store.forget_usage_before(june).await.unwrap(), 72);
    }
}
