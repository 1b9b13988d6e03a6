//! Timed jobs: one table, and the one place that knows the scheduler.
//!
//! `tokio-cron-scheduler` only ticks: it is given a period, never a zone or a date. Each job asks the app's clock and the database
//! what is due, is done by one node at a time, and catches up after a pause.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
use tokio_cron_scheduler::{Job as Tick, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

use crate::app::feed_sync::{activity, rounds, telling};
use crate::app::news::notices;
use crate::app::ports::Later;
use crate::app::validation::schedule;
use crate::app::{App, AppError, api, family, housekeeping, lease, mail};

/// How long jobs under way may take to finish once they are told to stop.
const DRAIN: Duration = Duration::from_secs(5);

/// One job.
#[derive(Clone, Copy)]
pub struct Job {
    /// Its name, as leases and logs have it.
    pub name: &'static str,
    /// How often it is looked at.
    pub every: Duration,
    /// How long one node has it, in seconds, before another may take it.
    pub lease_seconds: i64,
    /// Whether there is anything to do, asked first: an idle portal writes nothing.
    needed: fn(App) -> Later<'static, Result<bool, AppError>>,
    work: fn(App) -> Later<'static, Result<(), AppError>>,
}

/// Every job.
pub const JOBS: &[Job] = &[
    Job {
        name: "mail",
        every: Duration::from_secs(2),
        lease_seconds: 30,
        needed: |app| Box::pin(async move { mail::waits(&app).await }),
        work: |app| Box::pin(send_mail(app)),
    },
    Job {
        name: "validation",
        every: Duration::from_mins(1),
        lease_seconds: 300,
        needed: |app| Box::pin(async move { schedule::needed(&app).await }),
        work: |app| Box::pin(run_validation(app)),
    },
    Job {
        name: "requests",
        every: Duration::from_mins(1),
        lease_seconds: 300,
        needed: |app| Box::pin(async move { family::schedule::needed(&app).await }),
        work: |app| Box::pin(keep_requests(app)),
    },
    Job {
        name: "hooks",
        every: Duration::from_secs(5),
        // A round takes on 50 events, four at a time, each for ten seconds at most.
        lease_seconds: 150,
        needed: |app| Box::pin(async move { api::hooks::waits(&app).await }),
        work: |app| Box::pin(tell_clients(app)),
    },
    Job {
        name: "feed",
        every: Duration::from_mins(1),
        lease_seconds: 600,
        needed: |app| Box::pin(std::future::ready(Ok(rounds::needed(&app)))),
        work: |app| Box::pin(ask_feed(app)),
    },
    Job {
        name: "feed-activity",
        every: Duration::from_mins(1),
        lease_seconds: 600,
        needed: |app| Box::pin(std::future::ready(Ok(rounds::needed(&app)))),
        work: |app| Box::pin(ask_activity(app)),
    },
    Job {
        name: "feed-notices",
        every: Duration::from_secs(30),
        lease_seconds: 120,
        needed: |app| Box::pin(async move { telling::waits(&app).await }),
        work: |app| Box::pin(tell_feed(app)),
    },
    Job {
        name: "news",
        every: Duration::from_mins(1),
        lease_seconds: 300,
        needed: |app| Box::pin(async move { notices::needed(&app).await }),
        work: |app| Box::pin(tell_news(app)),
    },
    Job {
        name: "housekeeping",
        every: Duration::from_hours(1),
        lease_seconds: 300,
        needed: |_| Box::pin(std::future::ready(Ok(true))),
        work: |app| Box::pin(keep_house(app)),
    },
];

async fn send_mail(app: App) -> Result<(), AppError> {
    mail::deliver(&app).await.map(|_| ())
}

async fn run_validation(app: App) -> Result<(), AppError> {
    let done = schedule::sweep(&app).await?;
    tracing::info!(
        opened = done.opened,
        locked = done.locked,
        mailed = done.mailed,
        spared = done.spared,
        "the schedule of the validation was kept"
    );
    Ok(())
}

async fn keep_requests(app: App) -> Result<(), AppError> {
    let done = family::schedule::sweep(&app).await?;
    tracing::info!(
        told = done.told,
        rerouted = done.rerouted,
        closed = done.closed,
        handed_over = done.handed_over,
        settled = done.settled,
        "requests about patients were kept"
    );
    Ok(())
}

async fn tell_clients(app: App) -> Result<(), AppError> {
    api::hooks::deliver(&app).await.map(|_| ())
}

async fn ask_feed(app: App) -> Result<(), AppError> {
    if let Some(round) = rounds::go(&app, rounds::Roster::WhenDue).await?
        && (round.patients > 0 || round.odd > 0)
    {
        tracing::info!(
            patients = round.patients,
            odd = round.odd,
            providers = round.providers,
            "the feed was asked for changes"
        );
    }
    Ok(())
}

async fn ask_activity(app: App) -> Result<(), AppError> {
    let patients = activity::go(&app).await?;
    if patients > 0 {
        tracing::info!(patients, "the feed was asked for news");
    }
    Ok(())
}

async fn tell_feed(app: App) -> Result<(), AppError> {
    let told = telling::tell(&app).await?;
    tracing::info!(told, "the feed was told of new listings");
    Ok(())
}

async fn tell_news(app: App) -> Result<(), AppError> {
    let told = notices::sweep(&app).await?;
    tracing::info!(told, "those who asked for it were told of news");
    Ok(())
}

async fn keep_house(app: App) -> Result<(), AppError> {
    let swept = housekeeping::sweep(&app).await?;
    tracing::info!(swept, "rows that no longer count were removed");
    Ok(())
}

impl Job {
    /// The job of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        JOBS.iter().find(|job| job.name == name)
    }

    /// Does the job once, if there is anything to do and no other node has it.
    ///
    /// # Errors
    /// [`AppError`]; the next tick tries again.
    pub async fn run(&self, app: &App) -> Result<(), AppError> {
        if (self.needed)(app.clone()).await? && lease::take(app, self.name, self.lease_seconds).await? {
            (self.work)(app.clone()).await?;
        }
        Ok(())
    }
}

/// The jobs of this process, ticking.
pub struct Running {
    app: App,
    scheduler: JobScheduler,
    /// One for each job, held while it is done.
    busy: Vec<(&'static Job, Arc<Mutex<()>>)>,
    stopped: CancellationToken,
}

/// Begins to tick.
///
/// # Errors
/// [`AppError::Fault`] when the scheduler cannot be started.
pub async fn start(app: &App) -> Result<Running, AppError> {
    let scheduler = JobScheduler::new().await.map_err(|e| fault(&e))?;
    let stopped = CancellationToken::new();
    let mut busy = Vec::new();
    for job in JOBS {
        let lock = Arc::new(Mutex::new(()));
        busy.push((job, Arc::clone(&lock)));
        let (app, stopped) = (app.clone(), stopped.clone());
        // What fell due while nothing ran need not wait for the first tick.
        let (at_once, held, told) = (app.clone(), Arc::clone(&lock), stopped.clone());
        tokio::spawn(async move { tick(job, &at_once, &held, &told).await });
        let tick = Tick::new_repeated_async(job.every, move |_, _| {
            let (app, lock, stopped) = (app.clone(), Arc::clone(&lock), stopped.clone());
            Box::pin(async move { tick(job, &app, &lock, &stopped).await })
        });
        scheduler.add(tick.map_err(|e| fault(&e))?).await.map_err(|e| fault(&e))?;
    }
    scheduler.start().await.map_err(|e| fault(&e))?;
    Ok(Running { app: app.clone(), scheduler, busy, stopped })
}

/// One tick: nothing while the one before is still at work, or once the jobs are told to stop.
async fn tick(job: &Job, app: &App, busy: &Mutex<()>, stopped: &CancellationToken) {
    let Ok(_held) = busy.try_lock() else { return };
    if stopped.is_cancelled() {
        return;
    }
    if let Err(error) = job.run(app).await {
        tracing::error!(job = job.name, %error, "a job failed; the next tick tries again");
    }
}

impl Running {
    /// Stops ticking, lets what is under way finish for a few seconds, and gives the leases back.
    pub async fn stop(mut self) {
        self.stopped.cancel();
        if let Err(error) = self.scheduler.shutdown().await {
            tracing::warn!(%error, "the ticker did not stop in order");
        }
        for (job, lock) in &self.busy {
            if tokio::time::timeout(DRAIN, lock.lock()).await.is_err() {
                tracing::warn!(job = job.name, "a job was still under way; stopping all the same");
            }
            if let Err(error) = lease::give_back(&self.app, job.name).await {
                tracing::warn!(job = job.name, %error, "a lease was not given back; it runs out by itself");
            }
        }
    }
}

fn fault(error: &JobSchedulerError) -> AppError {
    AppError::Fault(format!("the ticker of the jobs: {error}"))
}
