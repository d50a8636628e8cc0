DROP TABLE deployment_confirmations;
DROP TABLE deployments;
DROP TABLE solution_regions;
DROP TABLE solution_technologies;
DROP TABLE solution_sectors;
DROP TABLE solutions;
