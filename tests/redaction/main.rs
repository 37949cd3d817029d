//! The redactor on the development corpus: what the project promises about recall and false alarms.

mod corpus_itself;
mod promises;
