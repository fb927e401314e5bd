//! Graphs and planned times of random small runbooks, against ways so plain that they are right by reading.

mod circles;
mod naive;
mod shape;
mod times;
