//! How much would be lost, and was lost: measured by Relight on real servers, and held against what somebody outside knows who
//! wrote all the while.

mod host;
mod mariadb;
mod postgres;
mod redis;
mod truth;
mod watching;
